import { ExtensionMode, Uri, window, workspace, type ExtensionContext } from 'vscode';
import { EngineClient } from '../engine/client';
import type { AttentionLensApi } from './api';
import { keepContextKeys } from './context-keys';
import { contribute } from './contribute';
import { copyDiagnostics } from './diagnostics';
import { Explainer } from './explainer';
import { Failures } from './failures';
import { LiveSettings } from './live-settings';
import { Front } from './front';
import { imagePanels, textPanels } from './panels/kinds';
import type { PanelRoom } from './panels/panel-room';
import { Panels } from './panels/panels';
import { registerSerializer, registerTextSerializer } from './panels/serializer';
import { reportError } from './report-error';
import { resultsDiffer } from './results-differ';
import { StatusBar } from './status-bar';
import type { TestedApi } from './testing';
import { Work } from './work';

let engine: EngineClient | undefined;

/** Only registers: the engine's process, and with it native code, starts with the first explanation. */
export function activate(context: ExtensionContext): AttentionLensApi | TestedApi {
  const begun = performance.now();
  const log = window.createOutputChannel('Attention Lens', { log: true });
  const live = new LiveSettings(log);
  const settings = () => live.current;
  const client = new EngineClient({
    enginePath: context.asAbsolutePath('dist/engine.cjs'),
    codeFolder: Uri.joinPath(context.globalStorageUri, 'engine-code').fsPath,
    // Read at each start of the process.
    get execPath() {
      return settings().nodePath ?? process.execPath;
    },
    log: (line) => log.info(line),
    onState: (state) => log.debug(`The engine is ${state}.`),
  });
  engine = client;
  const work = new Work();
  const failures = new Failures(log);
  const diagnose = () => copyDiagnostics({ context, engine: client, settings, failures });
  const room: PanelRoom = {
    log,
    engine: client,
    work,
    settings,
    failures,
    explainer: new Explainer(client, settings, context.asAbsolutePath('models'), work),
    copyDiagnostics: diagnose,
    report: (error) => reportError(error, { log, failures, copyDiagnostics: diagnose }),
  };
  const front = new Front();
  const panels = new Panels(room, context.extensionUri, front, imagePanels);
  const texts = new Panels(room, context.extensionUri, front, textPanels);
  let before = settings();
  context.subscriptions.push(
    log,
    live,
    work,
    panels,
    texts,
    front,
    new StatusBar(work),
    keepContextKeys(front),
    registerSerializer(panels),
    registerTextSerializer(texts),
    live.onDidChange((now) => {
      if (now.nodePath !== before.nodePath) {
        client.reset();
        void client.stop();
      }
      if (resultsDiffer('image', before, now)) panels.refresh();
      if (resultsDiffer('text', before, now)) texts.refresh();
      before = now;
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      panels.trusted();
      texts.trusted();
    }),
  );
  const { api, heads, recents } = contribute({ ...room, context, panels, texts, front });
  if (context.extensionMode !== ExtensionMode.Test) return api;
  const activationMs = performance.now() - begun;
  return { ...api, testing: { ...room, panels, texts, headsTree: heads.tree, recentTree: recents.tree, activationMs } };
}

/** VS Code waits until the process is gone. */
export const deactivate = async (): Promise<void> => engine?.dispose();
