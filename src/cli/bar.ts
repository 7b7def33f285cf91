const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` columns for a share of 1. */
export function bar(share: number, width: number): string {
  const parts = Math.round(8 * width * Math.min(1, Math.max(0, share || 0)));
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]!;
}
