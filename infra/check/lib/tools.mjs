// Finds the Bicep compiler and PowerShell in the package folder, where tools.csproj has put them.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repository, read } from './repository.mjs';

const project = 'infra/check/tools.csproj';
const version = name => new RegExp(`Include="${name}" Version="\\[(.+?)\\]"`).exec(read(project))[1];
const windows = process.platform === 'win32';
let folder;

function packaged(name, ...path) {
  folder ??= execFileSync('dotnet', ['msbuild', join(repository, project), '-getProperty:NuGetPackageRoot'], { encoding: 'utf8' }).trim();
  return join(folder, name.toLowerCase(), version(name), ...path);
}

/** The full path of a command, as the shell would find it; undefined when there is none. */
export const onPath = name => (process.env.PATH ?? '').split(delimiter)
  .map(part => join(part, windows ? `${name}.exe` : name))
  .find(path => existsSync(path));

/** The Bicep compiler: its package on 64-bit Linux, elsewhere the `bicep` of the PATH; undefined when there is none. */
export const bicep = () => process.platform === 'linux' && process.arch === 'x64'
  ? packaged('Azure.Bicep.CommandLine.linux-x64', 'tools', 'bicep')
  : onPath('bicep');

/** PowerShell as a command line. By the full path of dotnet, so that a test may put another `dotnet` on the PATH. */
export const powershell = () => [onPath('dotnet'), packaged('PowerShell', 'tools', 'net10.0', 'any', windows ? 'win' : 'unix', 'pwsh.dll')];
