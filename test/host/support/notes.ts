const lines: string[] = [];

/** For the report, beside the tests' names: measurements. */
export const note = (line: string): void => void lines.push(line);

/** What was noted since the last time. */
export const takeNotes = (): string[] => lines.splice(0);
