import type { LanguageModelTool, WebviewPanel } from 'vscode';
import type { PanelRequest } from '../shared/panel-protocol';
import type { TextPanelRequest } from '../shared/text/panel-protocol';
import { chooseModel } from './commands/choose-model';
import { explainText, explainTextPair } from './commands/explain-text';
import { explainWithPrompts } from './commands/explain-with-prompts';
import type { CommandName } from './commands/names';
import { openSample } from './commands/open-sample';
import { removeRecent, reopenExplanation } from './commands/recent-commands';
import type { Ways } from './commands/ways';
import { ImagePanel } from './panels/image-panel';
import type { PanelRoom } from './panels/panel-room';
import { TextPanel } from './panels/text-panel';
import type { Room } from './room';
import { ExplainImageTool } from './tool/explain-image-tool';
import { ExplainTextTool } from './tool/explain-text-tool';
import type { RecentView } from './trees/recent-view';

/**
 * What is needed once somebody asks for something, and not to register: built into a script of its own, which `import()` loads then
 * (scripts/build/in-parts.mjs). It takes V8 as long to read as all of the rest.
 */

/** Commands that do more than tell a view something. */
export const commandsOnDemand = (room: Room, ways: Ways, recents: RecentView) =>
  ({
    explainWithPrompts: (clicked?: unknown, selection?: unknown) => explainWithPrompts(room, ways, clicked, selection),
    explainText: (passed?: unknown) => explainText(room, ways, passed),
    explainTextPair: (passed?: unknown) => explainTextPair(room, ways, passed),
    openSample: (named?: unknown) => openSample(room, ways, named),
    chooseModel: (explains?: unknown) => chooseModel(room, explains),
    reopenExplanation: (entry?: unknown) => reopenExplanation(ways, recents.entryOf(entry)),
    removeRecent: (entry?: unknown) => removeRecent(ways, recents.entryOf(entry)),
  }) satisfies Partial<Record<CommandName, (...passed: never[]) => unknown>>;

export const newImagePanel = (room: PanelRoom, webview: WebviewPanel, request: PanelRequest): ImagePanel =>
  new ImagePanel(room, webview, request);

export const newTextPanel = (room: PanelRoom, webview: WebviewPanel, request: TextPanelRequest): TextPanel =>
  new TextPanel(room, webview, request);

export const newImageTool = (room: Room): LanguageModelTool<unknown> => new ExplainImageTool(room);

export const newTextTool = (room: Room): LanguageModelTool<unknown> => new ExplainTextTool(room);
