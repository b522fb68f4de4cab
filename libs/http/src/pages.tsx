import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** The whole document as text. Text and attribute values are escaped by the renderer. */
export const renderPage = (page: JSX.Element): string => `<!doctype html>${renderToString(page)}`;
