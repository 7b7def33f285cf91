/**
 * What a page that has just loaded is to show; null where that was told to it while it loaded.
 * @param ask calls the extension
 */
export async function opening<State>(
  ask: (method: 'begin' | 'open') => Promise<State | null>,
  wasTold: () => boolean,
): Promise<State | null> {
  const state = await ask('begin');
  if (state || wasTold()) return state;
  // It was told to a page before this one, which was hidden while it loaded.
  return ask('open');
}
