import { arch, platform, release } from 'node:os';
import { env, UIKind, version, window, workspace, type ExtensionContext } from 'vscode';
import type { EngineClient } from '../engine/client';
import type { Diagnostics } from '../engine/protocol';
import { diagnosticsText, type HostFacts } from './diagnostics-text';
import type { Failures } from './failures';
import type { Settings } from './settings';

export interface Diagnosed {
  readonly context: ExtensionContext;
  readonly engine: EngineClient;
  readonly settings: () => Settings;
  readonly failures: Failures;
}

/** How long a busy engine is waited for. */
const patienceMs = 5000;

/** Everything that a bug report needs, onto the clipboard; nothing is sent anywhere. */
export async function copyDiagnostics(room: Diagnosed): Promise<void> {
  await env.clipboard.writeText(diagnosticsText(factsOf(room), await askEngine(room.engine)));
  void window.showInformationMessage(
    'Diagnostics are on the clipboard. Look through them before you share them: they name paths.',
  );
}

function factsOf({ context, engine, settings, failures }: Diagnosed): HostFacts {
  const { id, packageJSON } = context.extension;
  const manifest = packageJSON as { readonly version: string };
  return {
    extension: `${id} ${manifest.version}`,
    editor: `${env.appName} ${version}, ${env.uiKind === UIKind.Web ? 'web' : 'desktop'}, remote: ${env.remoteName ?? 'none'}`,
    system: `${platform()} ${release()} ${arch()}`,
    node: `${process.versions.node}, Electron ${process.versions.electron ?? 'none'}`,
    trusted: workspace.isTrusted,
    engineState: engine.state,
    settings: { ...settings() },
    failure: failures.last,
  };
}

/** The engine may be what is broken: then that is the answer. It also loads what it can, so that what it cannot is known. */
async function askEngine(engine: EngineClient): Promise<Diagnostics | Error> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`It did not answer within ${patienceMs / 1000} s.`)), patienceMs);
  });
  const asked = engine.call('diagnostics', { load: true }).catch((error: unknown) => {
    return error instanceof Error ? error : new Error(String(error));
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
