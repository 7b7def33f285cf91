import { realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { UsageError } from '../shared/errors';

/** The model lies in a workspace that the user has not said to trust. The way out is theirs: "Manage Workspace Trust". */
export class UntrustedModel extends UsageError {
  constructor(folder: string) {
    super(
      `The model "${folder}" lies in this workspace, which is not trusted. Trust the workspace, or use a model from elsewhere.`,
    );
    this.name = 'UntrustedModel';
  }
}

/** The folder, unless an untrusted workspace holds it; links are followed. @throws UntrustedModel */
export function trustedModel(folder: string, workspaceFolders: readonly string[], trusted: boolean): string {
  if (!trusted && workspaceFolders.some((root) => holds(real(root), real(folder)))) throw new UntrustedModel(folder);
  return folder;
}

function holds(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** What does not exist is said by whoever opens it. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
