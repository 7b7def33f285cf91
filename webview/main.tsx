import { render } from 'preact';
import { savedRequest, keep } from './state/persist';
import { App } from './app';
import { connect } from './connect';
import { Controller } from './state/controller';
import { FrameContext } from './state/frame';
import { AppContext } from './state/use-app';
import { registerControls } from './ui/controls';

/** One panel: state in one store, views as functions of it, and a channel to the extension. */
registerControls();
const vscode = acquireVsCodeApi();
const controller = new Controller(
  (hear) => connect(vscode, hear),
  savedRequest(vscode.getState()),
  (saved) => keep(vscode, saved),
);
render(
  <AppContext.Provider value={controller}>
    <FrameContext.Provider value={controller}>
      <App />
    </FrameContext.Provider>
  </AppContext.Provider>,
  document.body,
);
void controller.open();
