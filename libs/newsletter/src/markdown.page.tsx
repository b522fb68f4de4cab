import type { JSX } from 'preact';
import type { Block, Span } from './markdown.js';

interface Props {
  readonly blocks: readonly Block[];
  /** Level of the headings that the text calls its first: 2 below the page's one heading. */
  readonly top: 2 | 3;
  /** Inline, for mails; pages have a style sheet. */
  readonly styles?: { readonly heading: string; readonly text: string };
}

/** A notice as it was written, below the heading of the page that shows it. */
export function Blocks({ blocks, top, styles }: Props): JSX.Element {
  return (
    <>
      {blocks.map((block, index) => {
        if (block.kind === 'heading') {
          const Heading = `h${Math.min(top + block.level - 1, 6)}` as 'h2';
          return (
            <Heading key={index} style={styles?.heading}>
              <Words spans={block.spans} />
            </Heading>
          );
        }
        if (block.kind === 'paragraph') {
          return (
            <p key={index} style={styles?.text}>
              <Words spans={block.spans} />
            </p>
          );
        }
        const List = block.ordered ? 'ol' : 'ul';
        return (
          <List key={index} style={styles?.text}>
            {block.items.map((item, number) => (
              <li key={number}>
                <Words spans={item} />
              </li>
            ))}
          </List>
        );
      })}
    </>
  );
}

const Words = ({ spans }: { readonly spans: readonly Span[] }): JSX.Element => (
  <>{spans.map(({ text, bold }, index) => (bold ? <strong key={index}>{text}</strong> : text))}</>
);
