/** What tells two versions of a file apart without reading it. */
export interface Stamp {
  /** Milliseconds since 1970. */
  readonly mtime: number;
  readonly size: number;
}

export type FileNews = 'same' | 'changed' | 'gone';

/** @param before null: never known, so that nothing can be said of a change */
export function fileNews(before: Stamp | null, now: Stamp | null): FileNews {
  if (now === null) return before === null ? 'same' : 'gone';
  return before !== null && (before.mtime !== now.mtime || before.size !== now.size) ? 'changed' : 'same';
}

/** The worst of several images' news: a panel says one thing. */
export const worstNews = (news: readonly FileNews[]): FileNews =>
  news.includes('gone') ? 'gone' : news.includes('changed') ? 'changed' : 'same';

/** Where a file or folder that was renamed has taken `path`, or null where it has nothing to do with it. Paths of URIs. */
export function movedPath(path: string, from: string, to: string): string | null {
  if (path === from) return to;
  const folder = from.endsWith('/') ? from : `${from}/`;
  return path.startsWith(folder) ? `${to.replace(/\/$/, '')}/${path.slice(folder.length)}` : null;
}
