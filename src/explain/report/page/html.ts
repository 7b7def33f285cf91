import { printable } from '../../../shared/width';

/** Markup that is safe as it stands. Only {@link html} and {@link raw} make it. */
export class Html {
  constructor(readonly text: string) {}
}

export type Content = Html | string | number | null | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for quoted attributes; control characters and bidirectional marks are shown, as in the terminal. */
const escaped = (text: string): string =>
  printable(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[&<>"']/g, (c) => entities[c]!);

const rendered = (content: Content): string => {
  if (content === null) return '';
  if (content instanceof Html) return content.text;
  return Array.isArray(content) ? content.map(rendered).join('') : escaped(String(content as string | number));
};

/** Every datum that is put in is escaped; what is already {@link Html} is not. Attributes must be quoted. */
export const html = (parts: TemplateStringsArray, ...data: readonly Content[]): Html =>
  new Html(parts.reduce((text, part, i) => text + rendered(data[i - 1]!) + part));

/** Our own constants only, never a datum. */
export const raw = (text: string): Html => new Html(text);

/** What a person wrote, kept from reordering its neighbours. */
export const words = (text: string): Html => html`<bdi>${text}</bdi>`;
