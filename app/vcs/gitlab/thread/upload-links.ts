import { withoutComments } from '#core/domain/text/visible-text.ts';

/** A file that somebody put into a text. `name` is as the file is called, not encoded. */
export interface UploadLink {
  readonly secret: string;
  readonly name: string;
}

/** A picture in Markdown or HTML; what is in brackets or in other attributes does not matter. Each part is bounded, so time is linear. */
const PICTURES =
  /!\[[^[\]]{0,1000}\]\(\s{0,9}<?([^\s()<>]{1,2000})|<img\s[^<>]{0,2000}?\bsrc\s?=\s?["']?([^\s"'<>]{1,2000})/gi;

/** GitLab's secrets have 32 letters: app/uploaders/file_uploader.rb */
const UPLOAD = /^\/uploads\/([0-9a-f]{32})\/([^/?#]{1,500})$/;

/** Whose uploads count: `webUrl` without trailing slash, and how the project is called in addresses. */
export interface UploadPlace {
  readonly webUrl: string;
  readonly fullName: string;
  readonly projectId: number;
}

/**
 * Pictures that were uploaded to a project and are in a text, each once, in their order. Any other address, and so any other
 * host or project, is passed over (https://docs.gitlab.com/api/project_markdown_uploads/: `url` and `full_path`).
 */
export function uploadLinks(text: string, place: UploadPlace): UploadLink[] {
  const found = new Map<string, UploadLink>();
  for (const [, markdown, html] of withoutComments(text).matchAll(PICTURES)) {
    const link = linkOf(markdown ?? html ?? '', place);
    if (link) found.set(`${link.secret}/${link.name}`, link);
  }
  return [...found.values()];
}

function linkOf(address: string, { webUrl, fullName, projectId }: UploadPlace): UploadLink | undefined {
  const path = address.startsWith(`${webUrl}/`) ? address.slice(webUrl.length) : address;
  const root = new URL(webUrl).pathname.replace(/\/$/, '');
  const bases = [
    '',
    `/${fullName}`,
    `/-/project/${projectId}`,
    `${root}/${fullName}`,
    `${root}/-/project/${projectId}`,
  ];
  for (const base of bases) {
    if (!path.startsWith(`${base}/uploads/`)) continue;
    const [, secret, encoded] = UPLOAD.exec(path.slice(base.length)) ?? [];
    const name = encoded === undefined ? undefined : decoded(encoded);
    if (secret !== undefined && name !== undefined) return { secret, name };
  }
  return undefined;
}

function decoded(name: string): string | undefined {
  try {
    const plain = decodeURIComponent(name);
    return plain.includes('/') || plain === '.' || plain === '..' ? undefined : plain;
  } catch {
    return undefined;
  }
}
