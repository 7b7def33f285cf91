import {
  MarkdownString,
  Hover,
  Range,
  languages,
  type Disposable,
  type HoverProvider,
  type Position,
  type TextDocument,
} from 'vscode';
import { valueText } from '../../shared/format';
import type { TextOutline } from '../../shared/text/explanation';
import type { Span } from './span';

/** A token under the pointer. */
export interface Pointed {
  readonly span: Span;
  readonly explained: TextOutline;
  readonly sequence: number;
  readonly token: number;
}

/**
 * The one sign of the pointer that an editor gives: what it rests on is asked for. Answers with the token's numbers, where there is one.
 * @param pointed what is there, for the panel to light it; null: no token
 */
export const registerTokenHovers = (pointed: (document: TextDocument, offset: number) => Pointed | null): Disposable =>
  languages.registerHoverProvider({ pattern: '**' }, new TokenHovers(pointed));

class TokenHovers implements HoverProvider {
  constructor(private readonly pointed: (document: TextDocument, offset: number) => Pointed | null) {}

  provideHover(document: TextDocument, position: Position): Hover | null {
    const found = this.pointed(document, document.offsetAt(position));
    if (!found) return null;
    const { start, end } = found.span;
    const range = new Range(document.positionAt(start), document.positionAt(end));
    return new Hover(hoverText(found), range);
  }
}

/** "Attention Lens: “fox”, token 4 of 12. L2 norm of its gradient 41.2, rank 3." */
function hoverText({ explained, sequence, token }: Omit<Pointed, 'span'>): MarkdownString {
  const { tokens, saliency } = explained.sequences[sequence]!;
  // The token alone is text that may mean something in Markdown; what appendText has escaped does not wrap.
  const text = new MarkdownString('Attention Lens: “').appendText(tokens[token]!.text);
  text.appendMarkdown(`”, token ${token} of ${tokens.length}.`);
  if (!saliency) return text;
  const own = saliency.l2[token]!;
  const rank = 1 + saliency.l2.filter((value) => value > own).length;
  return text.appendMarkdown(` L2 norm of its gradient ${valueText(own)}, rank ${rank}.`);
}
