/** Where GitLab's description of an operation says less or more than GitLab does, and who says so. */
export interface Erratum {
  /** Parameters that are read though the description leaves them out, in the notation of `published-notation.ts`. */
  readonly takes?: string;
  /** Parameters that the description requires and GitLab does not. */
  readonly optional?: readonly string[];
  /** A page of the documentation, or a file of GitLab's source. */
  readonly source: string;
}

const ISSUE = '/projects/{id}/issues';

/** By the same names as the description. */
export const ERRATA: Readonly<Record<string, Erratum>> = {
  // Pages by cursor came to issues with 18.3; how to ask for them is documented, not described.
  [`GET ${ISSUE}`]: {
    takes: 'pagination=keyset|legacy',
    source: 'https://docs.gitlab.com/api/rest/#supported-resources',
  },
  // These three cut their lists into pages (`paginate`) without declaring the parameters that choose one.
  [`GET ${ISSUE}/{issue_iid}/related_merge_requests`]: { takes: 'page per_page', source: 'lib/api/issues.rb' },
  [`GET ${ISSUE}/{issue_iid}/closed_by`]: { takes: 'page per_page', source: 'lib/api/issues.rb' },
  'GET /projects/{id}/merge_requests/{merge_request_iid}/pipelines': {
    takes: 'page per_page',
    source: 'lib/api/merge_requests.rb',
  },
  // Required beside a `path` only (`given :path`), which the description cannot say.
  'POST /projects/{id}/repository/commits/{sha}/comments': {
    optional: ['line', 'line_type'],
    source: 'lib/api/commits.rb',
  },
};
