import type { Readable } from 'node:stream';

/** Calls `say` with each line of a stream, without colours, the unfinished last one at its end. */
export function eachLine(stream: Readable, say: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) say(withoutColours(line));
  });
  stream.on('end', () => {
    if (rest !== '') say(withoutColours(rest));
  });
}

const withoutColours = (line: string): string => line.replace(/\u001b\[[\d;]*m/g, '');
