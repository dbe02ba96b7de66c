import { openGitHubStage } from './github-stage.ts';
import { roleMatrix } from './role-matrix.ts';
import { GITHUB_STANDINGS } from './standings.ts';

roleMatrix('GitHub', openGitHubStage, GITHUB_STANDINGS);
