import type { AttentionLensApi } from './api';
import type { PanelRoom } from './panels/panel-room';
import type { Room } from './room';
import type { HeadsTree } from './trees/heads-tree';
import type { RecentTree } from './trees/recent-tree';

/** What VS Code's API does not show, for the tests in the extension host. */
export interface Testing extends PanelRoom {
  readonly panels: Room['panels'];
  readonly texts: Room['texts'];
  readonly headsTree: HeadsTree;
  readonly recentTree: RecentTree;
  /** What activate() took, without loading its script. */
  readonly activationMs: number;
}

/** What activate() returns where VS Code runs the extension's tests, and nowhere else. */
export interface TestedApi extends AttentionLensApi {
  readonly testing: Testing;
}
