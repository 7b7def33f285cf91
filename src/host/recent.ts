import { EventEmitter, type Disposable, type Event, type Memento } from 'vscode';
import {
  keepable,
  readRecent,
  recentKey,
  sameRequest,
  withRecent,
  type RecentExplanation,
  type RecentRequest,
} from './recent-list';

const key = 'explanations.recent';

/** Explanations that were opened in this workspace, most recent first. */
export class Recent implements Disposable {
  private readonly changed = new EventEmitter<void>();

  constructor(private readonly memento: Memento) {}

  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  get list(): readonly RecentExplanation[] {
    return readRecent(this.memento.get(key));
  }

  /** It comes first, and takes the place of `instead`; nothing is written where it is first already. */
  async add(request: RecentRequest, instead: RecentRequest | null = null): Promise<void> {
    const { list } = this;
    const [first] = list;
    if (first && sameRequest(first.request, keepable(request))) return;
    await this.set(withRecent(list, request, Date.now(), instead));
  }

  remove(entry: RecentExplanation): Promise<void> {
    return this.set(this.list.filter((other) => recentKey(other.request) !== recentKey(entry.request)));
  }

  clear(): Promise<void> {
    return this.set([]);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async set(list: readonly RecentExplanation[]): Promise<void> {
    await this.memento.update(key, list.length === 0 ? undefined : list);
    this.changed.fire();
  }
}
