import { commands, lm, type Disposable, type LanguageModelTool } from 'vscode';
import type { AttentionLensApi } from './api';
import { commandNames, type CommandName } from './commands/names';
import { restartEngine } from './commands/restart-engine';
import type { Ways } from './commands/ways';
import { PromptHistory } from './prompts/prompt-history';
import { Recent } from './recent';
import { rememberTexts } from './remember-texts';
import { makeApi } from './make-api';
import type { commandsOnDemand } from './on-demand';
import type { Room } from './room';
import { imageToolName, textToolName } from './tool/names';
import { HeadsView } from './trees/heads-view';
import type { HeadPlace } from './trees/shown-heads';
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
  const { context, panels, texts } = room;
  const recent = new Recent(context.workspaceState);
  const ways: Ways = {
    recent,
    history: new PromptHistory(context.workspaceState),
    async open(request) {
      recent.add(request);
      await panels.open(request);
    },
    async openText(request) {
      recent.add(request);
      await texts.open(request);
    },
  };
  const heads = new HeadsView(room);
  const recents = new RecentView(recent);
  context.subscriptions.push(
    recent,
    heads,
    recents,
    ...registerTools(room),
    ...registerCommands(room, ways, heads, recents),
  );
  // Prompts can be edited in a panel: what it shows in the end is what one comes back to.
  context.subscriptions.push(
    panels.onDidExplain(({ request }) => recent.add(request)),
    rememberTexts(room, recent),
  );
  return { api: makeApi(room, ways), heads, recents };
}

/** A command without a handler does not compile. */
type Handlers = Readonly<Record<CommandName, (...passed: never[]) => unknown>>;

function registerCommands(room: Room, ways: Ways, heads: HeadsView, recents: RecentView): Disposable[] {
  const sort = (key: SortKey) => () => heads.sortBy(key);
  const { id } = room.context.extension;
  const onDemand =
    (name: keyof ReturnType<typeof commandsOnDemand>) =>
    async (...passed: readonly [unknown?, unknown?]) => {
      const { commandsOnDemand } = await import('./on-demand');
      return commandsOnDemand(room, ways, recents)[name](...passed);
    };
  const handlers: Handlers = {
    explainWithPrompts: onDemand('explainWithPrompts'),
    explainText: onDemand('explainText'),
    explainTextPair: onDemand('explainTextPair'),
    openSample: onDemand('openSample'),
    openWalkthrough: () => commands.executeCommand('workbench.action.openWalkthrough', `${id}#attentionLens.start`),
    chooseModel: onDemand('chooseModel'),
    showLog: () => room.log.show(),
    copyDiagnostics: () => room.copyDiagnostics(),
    restartEngine: () => restartEngine(room),
    openSettings: () => commands.executeCommand('workbench.action.openSettings', `@ext:${id}`),
    showHead: (passed?: Partial<HeadPlace>) => heads.showHead(passed),
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
    reopenExplanation: onDemand('reopenExplanation'),
    removeRecent: onDemand('removeRecent'),
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

/** Editors without language-model tools have nothing to register with. */
function registerTools(room: Room): Disposable[] {
  if (typeof lm?.registerTool !== 'function') return [];
  const onDemand = () => import('./on-demand');
  return [
    lm.registerTool(
      imageToolName,
      later(async () => (await onDemand()).newImageTool(room)),
    ),
    lm.registerTool(
      textToolName,
      later(async () => (await onDemand()).newTextTool(room)),
    ),
  ];
}

const later = (tool: () => Promise<LanguageModelTool<unknown>>): LanguageModelTool<unknown> => ({
  prepareInvocation: async (options, token) => (await tool()).prepareInvocation?.(options, token),
  invoke: async (options, token) => (await tool()).invoke(options, token),
});
