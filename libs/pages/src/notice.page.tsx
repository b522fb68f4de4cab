import type { JSX } from 'preact';
import { blocksOf, type Block, type Inline } from './markdown.js';

interface Props {
  readonly markdown: string;
  /** Of its headings: one below the heading that it stands under. */
  readonly level: 2 | 3 | 4;
  /** Inline, for mails; pages have a style sheet. */
  readonly styles?: NoticeStyles;
}

interface NoticeStyles {
  readonly heading: string;
  readonly text: string;
}

/** A notice as it is shown at collection. */
export function NoticeText({ markdown, level, styles }: Props): JSX.Element {
  return (
    <div class="notice">
      {blocksOf(markdown).map((block, index) => (
        <Shown key={index} block={block} level={level} styles={styles} />
      ))}
    </div>
  );
}

interface ShownProps {
  readonly block: Block;
  readonly level: 2 | 3 | 4;
  readonly styles: NoticeStyles | undefined;
}

function Shown({ block, level, styles }: ShownProps): JSX.Element {
  const Heading = `h${level}` as const;
  if (block.is === 'heading') return <Heading style={styles?.heading}>{inline(block.inlines)}</Heading>;
  if (block.is === 'paragraph') return <p style={styles?.text}>{inline(block.inlines)}</p>;
  const items = block.items.map((item, index) => <li key={index}>{inline(item)}</li>);
  return block.ordered ? <ol style={styles?.text}>{items}</ol> : <ul style={styles?.text}>{items}</ul>;
}

const inline = (inlines: readonly Inline[]): (JSX.Element | string)[] =>
  inlines.map((one) => {
    if (one.is === 'strong') return <strong>{one.text}</strong>;
    if (one.is === 'emphasis') return <em>{one.text}</em>;
    // Only https: and mailto: come out of the reader.
    if (one.is === 'link') return <a href={one.href}>{one.text}</a>;
    return one.text;
  });
