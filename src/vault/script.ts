/** The entry of `bearer-worker.vault.js`: the script of the vault's page. */
import { ownScript, startVault } from './vault.ts'
import { serveApps } from './serve-apps.ts'
import { openedAtTopLevel } from './top-level.ts'

const vault = startVault(ownScript())
// In a frame it serves the app around it, and shows and does nothing else: no sign-in can be framed.
if (window.parent === window) void openedAtTopLevel(vault)
else serveApps(vault)
