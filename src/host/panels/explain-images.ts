import { stat } from 'node:fs/promises';
import { workspace, type FileStat, type Uri } from 'vscode';
import type { ImageRef } from '../../engine/protocol';
import type { ExplanationRows } from '../../shared/explanation';
import type { RgbImage } from '../../shared/paint';
import type { Progress } from '../../shared/rpc/progress';
import type { Explainer } from '../explainer';
import type { ExplainOptions } from './explaining';
import { fileNews, type Stamp } from './stamp';

/** An image of a panel, and what is known of it. */
export interface Shown {
  readonly uri: Uri;
  readonly ref: ImageRef;
  /** Of the file when it was read; null where the file system does not say. */
  readonly stamp: Stamp | null;
  readonly photo: RgbImage;
  readonly explained: ExplanationRows;
}

export interface Wanted {
  readonly images: readonly Uri[];
  readonly prompts: readonly string[];
  readonly model: string | null;
  /** What is known of the same images from before. */
  readonly known: readonly Shown[];
  /** Whether that is so still: images whose file has changed are read again. */
  readonly checked: boolean;
}

/** Explains a panel's images in turn; while the engine explains, the photo waits in its queue. */
export async function explainImages(explainer: Explainer, wanted: Wanted, options: ExplainOptions): Promise<Shown[]> {
  const { images, prompts, model, known, checked } = wanted;
  const { signal } = options;
  const shown: Shown[] = [];
  for (const [i, uri] of images.entries()) {
    const which = images.length > 1 ? `Image ${i + 1} of ${images.length}: ` : '';
    const onProgress = ({ stage, fraction }: Progress) => options.onProgress({ stage: `${which}${stage}`, fraction });
    const call = { signal, onProgress };
    const stamp = known[i] && checked ? known[i].stamp : await stampOf(uri);
    const before = known[i] && unchanged(known[i].stamp, stamp) ? known[i] : undefined;
    const ref = before?.ref ?? (await explainer.image(uri));
    const [explained, photo] = await Promise.all([
      explainer.explain({ image: ref, prompts, model }, call),
      before?.photo ?? explainer.photo(ref, { signal }),
    ]);
    shown.push({ uri, ref, stamp, photo, explained });
  }
  return shown;
}

const unchanged = (before: Stamp | null, now: Stamp | null): boolean =>
  before !== null && now !== null && fileNews(before, now) === 'same';

/** null where there is no such file, or the file system cannot say. */
export async function stampOf(uri: Uri): Promise<Stamp | null> {
  try {
    // VS Code's own answer for a file makes a way round through the window.
    const { mtimeMs, size } = uri.scheme === 'file' ? await stat(uri.fsPath) : timed(await workspace.fs.stat(uri));
    return { mtime: mtimeMs, size };
  } catch {
    return null;
  }
}

const timed = ({ mtime, size }: FileStat) => ({ mtimeMs: mtime, size });
