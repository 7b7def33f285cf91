/** The direction of a text's first letter that has one, as `dir="auto"` finds it: for elements that begin with a special token. */
export function textDirection(text: string): 'ltr' | 'rtl' {
  // A letter far behind thousands of digits and signs says nothing of what one sees.
  const letter = /\p{L}/u.exec(text.slice(0, 2000));
  return letter && rightToLeft.test(letter[0]) ? 'rtl' : 'ltr';
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
