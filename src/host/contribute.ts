import { commands, type Disposable } from 'vscode';
import type { AttentionLensApi } from './api';
import { chooseModel } from './commands/choose-model';
import { explainWithPrompts } from './commands/explain-with-prompts';
import { commandNames, type CommandName } from './commands/names';
import { openSample } from './commands/open-sample';
import { removeRecent, reopenExplanation } from './commands/recent-commands';
import { restartEngine } from './commands/restart-engine';
import type { Ways } from './commands/ways';
import { PromptHistory } from './prompts/prompt-history';
import { Recent } from './recent';
import { makeApi } from './make-api';
import type { HeadCursor } from '../shared/panel-protocol';
import type { Room } from './room';
import { registerTool } from './tool/explain-image-tool';
import { HeadsView } from './trees/heads-view';
import { RecentView } from './trees/recent-view';
import type { SortKey } from './trees/sort';

/** What other extensions get, and what the tests look at. */
interface Contributed {
  readonly api: AttentionLensApi;
  readonly heads: HeadsView;
  readonly recents: RecentView;
}

/** Registers every way in: commands, trees, the language-model tool. Nothing is computed or read. */
export function contribute(room: Room): Contributed {
  const { context, panels } = room;
  const recent = new Recent(context.workspaceState);
  const ways: Ways = {
    recent,
    history: new PromptHistory(context.workspaceState),
    async open(request) {
      await Promise.all([panels.open(request), recent.add(request)]);
    },
  };
  const heads = new HeadsView(room);
  const recents = new RecentView(recent);
  context.subscriptions.push(
    recent,
    heads,
    recents,
    ...registerTool(room),
    ...registerCommands(room, ways, heads, recents),
  );
  // Prompts can be edited in a panel: what it shows in the end is what one comes back to.
  context.subscriptions.push(panels.onDidExplain((request) => void recent.add(request)));
  return { api: makeApi(room, ways), heads, recents };
}

/** A command without a handler does not compile. */
type Handlers = Readonly<Record<CommandName, (...passed: never[]) => unknown>>;

function registerCommands(room: Room, ways: Ways, heads: HeadsView, recents: RecentView): Disposable[] {
  const sort = (key: SortKey) => () => heads.sortBy(key);
  const { id } = room.context.extension;
  const handlers: Handlers = {
    explainWithPrompts: (clicked?: unknown, selection?: unknown) => explainWithPrompts(room, ways, clicked, selection),
    openSample: (named?: unknown) => openSample(room, ways, named),
    openWalkthrough: () => commands.executeCommand('workbench.action.openWalkthrough', `${id}#attentionLens.start`),
    chooseModel: () => chooseModel(room),
    showLog: () => room.log.show(),
    copyDiagnostics: () => room.copyDiagnostics(),
    restartEngine: () => restartEngine(room),
    openSettings: () => commands.executeCommand('workbench.action.openSettings', `@ext:${id}`),
    showHead: (passed?: Partial<HeadCursor>) => heads.showHead(passed),
    refreshHeads: () => heads.refresh(),
    sortHeadsByIndex: sort('index'),
    sortHeadsByEntropy: sort('entropy'),
    sortHeadsByDistance: sort('distance'),
    sortHeadsBySink: sort('sink'),
    sortHeadsByRelevance: sort('relevance'),
    sortedHeadsByIndex: sort('index'),
    sortedHeadsByEntropy: sort('entropy'),
    sortedHeadsByDistance: sort('distance'),
    sortedHeadsBySink: sort('sink'),
    sortedHeadsByRelevance: sort('relevance'),
    reopenExplanation: (entry?: unknown) => reopenExplanation(ways, recents.entryOf(entry)),
    removeRecent: (entry?: unknown) => removeRecent(ways, recents.entryOf(entry)),
    clearRecent: () => ways.recent.clear(),
  };
  return commandNames.map((name) => {
    const run = handlers[name] as (...passed: readonly unknown[]) => unknown;
    return commands.registerCommand(`attentionLens.${name}`, async (...passed: readonly unknown[]) => {
      try {
        await run(...passed);
      } catch (error) {
        await room.report(error);
      }
    });
  });
}
