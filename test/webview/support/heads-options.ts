/** The heads section alone has no extension to talk to: its page needs the options that the server writes, and nothing before its script. */
window.savedState = undefined;
