import { dirname, relative, sep } from 'node:path';
import { BadFile } from '../../shared/errors';
import type { Graph } from '../graph/graph';
import type { ConstantTensor, ExternalData } from '../graph/tensor';

/** The innermost folder that holds all of them: ONNX Runtime reads external data from below one folder only. */
export function commonFolder(folders: readonly string[]): string {
  return folders.reduce((common, folder) => {
    let at = common;
    while (!isWithin(folder, at)) {
      if (dirname(at) === at)
        throw new BadFile(
          `The model's files lie on different drives ("${common}", "${folder}"). Put them into one folder.`,
        );
      at = dirname(at);
    }
    return at;
  });
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** A path below `folder` as the ONNX format writes it. */
export const locationIn = (folder: string, path: string): string => relative(folder, path).split(sep).join('/');

/** Names the places of all external constants anew. */
export function relocate(graph: Graph, to: (location: string) => string): void {
  const known = new Map<string, string>(); // Many constants, few files.
  for (const v of graph.values.values()) {
    if (!v.tensor || !isExternal(v.tensor)) continue;
    const { dtype, dims, data } = v.tensor;
    let location = known.get(data.location);
    if (location === undefined) known.set(data.location, (location = to(data.location)));
    if (location !== data.location) v.tensor = { dtype, dims, data: { ...data, location } };
  }
}

const isExternal = (t: ConstantTensor): t is ConstantTensor & { readonly data: ExternalData } =>
  !(t.data instanceof Uint8Array) && 'location' in t.data;
