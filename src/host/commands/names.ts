/** Every command of the extension, after "attentionLens."; package.json declares the same ones, and a test compares them. */
export const commandNames = [
  'explainWithPrompts',
  'explainText',
  'explainTextPair',
  'openSample',
  'openWalkthrough',
  'chooseModel',
  'showLog',
  'copyDiagnostics',
  'restartEngine',
  'openSettings',
  'showHead',
  'refreshHeads',
  'sortHeadsByIndex',
  'sortHeadsByEntropy',
  'sortHeadsByDistance',
  'sortHeadsBySink',
  'sortHeadsByRelevance',
  // VS Code shows no check marks on commands of extensions: the one that is in force has a twin with a mark in its title.
  'sortedHeadsByIndex',
  'sortedHeadsByEntropy',
  'sortedHeadsByDistance',
  'sortedHeadsBySink',
  'sortedHeadsByRelevance',
  'reopenExplanation',
  'removeRecent',
  'clearRecent',
] as const;

export type CommandName = (typeof commandNames)[number];
