import { openGitLabStage } from './gitlab-stage.ts';
import { roleMatrix } from './role-matrix.ts';
import { GITLAB_STANDINGS } from './standings.ts';

roleMatrix('GitLab', openGitLabStage, GITLAB_STANDINGS);
