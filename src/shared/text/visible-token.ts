import { printable } from '../width';

/** Nothing that one could see: white space, joiners, marks without a letter. */
const unseen = /^[\s\p{Cf}\p{Cc}\p{Mn}\p{Zs}\ufe0f]*$/u;

/** A token as it can be shown: one that would be invisible as its code points, "U+200D"; marks that would turn its neighbours around as escapes. */
export function visibleToken(text: string): string {
  if (!unseen.test(text)) return printable(text);
  if (text === '') return '∅';
  return Array.from(text.slice(0, 4), (c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(
    ' ',
  );
}
