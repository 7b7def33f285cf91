/** Completing a phrase with the names that a model knows, such as "a rock" → "a rocket". */
export interface Completion {
  /** The whole phrase, article included. */
  readonly phrase: string;
  readonly name: string;
}

/** Matches of the end of a phrase, best first; none for an empty phrase. */
export function completions(phrase: string, names: readonly string[], limit: number): Completion[] {
  const words = phrase.trimStart().split(/\s+/u);
  // The longest end of the phrase that a name fits: "a man and a ringed pl" asks for "ringed pl", not for "pl".
  for (let from = 0; from < words.length; from++) {
    const { lead, article, rest } = split(words, from);
    if (rest === '') continue;
    const matched = names
      .map((name) => ({ name, score: score(name, rest, lead === '') }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
      .slice(0, limit);
    if (matched.length > 0)
      return matched.map(({ name }) => ({ name, phrase: `${lead}${withArticle(name, article, lead)}` }));
  }
  return [];
}

/** The words from `from` on, less a leading article. */
function split(words: readonly string[], from: number): { lead: string; article: boolean; rest: string } {
  const article = /^(an?|the)$/iu.test(words[from]!);
  const the = /^the$/iu.test(words[from]!);
  const before = the ? words.slice(0, from + 1) : words.slice(0, from);
  return {
    lead: before.map((word) => `${word} `).join(''),
    article: article && !the,
    rest: words
      .slice(article ? from + 1 : from)
      .join(' ')
      .toLowerCase(),
  };
}

/** 0: no match. The start of the name counts most, then starts of its words, then what lies within; letters in order only for a whole phrase. */
function score(name: string, typed: string, whole: boolean): number {
  const lower = name.toLowerCase();
  if (lower === typed) return 6;
  if (lower.startsWith(typed)) return 5;
  if (lower.includes(` ${typed}`)) return 4;
  const starts = lower.split(' ');
  if (typed.split(' ').every((word) => word !== '' && starts.some((start) => start.startsWith(word)))) return 3;
  if (typed.length >= 3 && lower.includes(typed)) return 2;
  return whole && typed.length >= 3 && inOrder(lower, typed.replaceAll(' ', '')) ? 1 : 0;
}

/** Whether the letters stand in the name in this order, the first at the start of a word: "rckt" in "rocket". */
function inOrder(name: string, letters: string): boolean {
  let at = ` ${name}`.indexOf(` ${letters[0]!}`);
  if (at < 0) return false;
  for (const letter of letters.slice(1)) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** A name at the start of a prompt gets its article, as in the captions that such models are trained on; plurals and "an" are seen to. */
function withArticle(name: string, asked: boolean, lead: string): string {
  if (!asked && lead !== '') return name;
  if (!asked && /(?<![su'i])s$/u.test(name)) return name;
  return `${vowelSound.test(name) && !consonantSound.test(name) ? 'an' : 'a'} ${name}`;
}

const vowelSound = /^(?:[aeiou]|hour|x[ -]ray)/iu;
const consonantSound = /^(?:eu|ewe|uni|use|one\b)/iu;
