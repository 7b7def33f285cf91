import { commands, window, type ExtensionContext } from 'vscode';
import { EngineClient } from '../engine/client';
import { explainWithPrompts } from './explain-with-prompts';
import { ImagePanels } from './panels';

let engine: EngineClient | undefined;

/** Only registers: the engine's process, and with it native code, starts with the first explanation. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Attention Lens', { log: true });
  const client = new EngineClient({
    enginePath: context.asAbsolutePath('dist/engine.cjs'),
    log: (line) => log.info(line),
    onState: (state) => log.debug(`The engine is ${state}.`),
  });
  engine = client;
  const panels = new ImagePanels(context.extensionUri);
  const room = { engine: client, log, panels, model: context.asAbsolutePath('models/emoji-clip') };
  context.subscriptions.push(
    log,
    panels,
    commands.registerCommand('attentionLens.explainWithPrompts', (chosen?: unknown) =>
      explainWithPrompts(room, chosen),
    ),
  );
}

/** VS Code waits until the process is gone. */
export const deactivate = async (): Promise<void> => engine?.dispose();
