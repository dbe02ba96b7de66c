import { notFound } from './failure.ts';
import { effectiveMembership } from './membership.ts';
import { renderProject } from './render-project.ts';
import { renderCurrentUser, renderMember, renderPublicUser } from './render-user.ts';
import { Nothing, projectRoute, tokenRoute, type Route } from './route.ts';
import { Project } from './shapes-project.ts';
import { CurrentUser, Member, Metadata, User, Version } from './shapes-user.ts';

const VERSION = { version: '18.11.0-ee', revision: '0a1b2c3d4e5' };
const READ_USER = ['api', 'read_api', 'read_user'] as const;

/** Users, the instance itself, projects and who is a member of them. */
export const projectRoutes: readonly Route[] = [
  tokenRoute('GET /user', { input: Nothing, answer: CurrentUser, scopes: READ_USER }, ({ world, user }) => ({
    status: 200,
    body: renderCurrentUser(world, user),
  })),
  tokenRoute('GET /users/:user_id', { input: Nothing, answer: User, scopes: READ_USER }, ({ world, params }) => {
    const user = [...world.users.values()].find((one) => one.id === Number(params['user_id']));
    if (!user) throw notFound('User');
    return { status: 200, body: renderPublicUser(world, user) };
  }),
  tokenRoute('GET /version', { input: Nothing, answer: Version, scopes: READ_USER }, () => ({
    status: 200,
    body: VERSION,
  })),
  tokenRoute('GET /metadata', { input: Nothing, answer: Metadata, scopes: READ_USER }, () => ({
    status: 200,
    body: {
      ...VERSION,
      kas: { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null },
      enterprise: true,
    },
  })),
  projectRoute('GET /projects/:id', { need: 'project', input: Nothing, answer: Project }, (call) => ({
    status: 200,
    body: renderProject(call.world, call.project, call.user),
  })),
  projectRoute(
    'GET /projects/:id/members/all/:user_id',
    { need: 'project', input: Nothing, answer: Member },
    ({ world, project, params }) => {
      const user = [...world.users.values()].find((one) => one.id === Number(params['user_id']));
      const member = user && effectiveMembership(project, user, world.now());
      if (!member) throw notFound('');
      return { status: 200, body: renderMember(world, member) };
    },
  ),
];
