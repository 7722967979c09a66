import { azd } from './azd.mjs';
import { functions } from './functions.mjs';
import { house } from './house.mjs';
import { modules } from './modules.mjs';
import { names } from './names.mjs';
import { syntax } from './syntax.mjs';
import { types } from './types.mjs';

export const rules = { syntax, names, modules, types, house, functions, azd };

/** Everything that is wrong. A file that cannot be read hides what the later rules would say about it. */
export const check = project => Object.values(rules).flatMap(rule => rule(project));
