import { basename, extname } from 'node:path';

/** `space-0-a-bald-man.png`: letters of any script, no character that a file system minds. */
export function overlayName(imagePath: string, prompt: string, k: number): string {
  const slug = prompt
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return `${stemOf(imagePath)}-${k}${slug ? `-${[...slug].slice(0, 40).join('')}` : ''}.png`;
}

/** `space` of `/pictures/space.png`. */
export const stemOf = (path: string): string => basename(path, extname(path));
