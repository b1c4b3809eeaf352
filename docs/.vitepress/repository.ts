/** The address of the repository. The one place to fill in: edit links and links to files outside `docs/` start with it. */
export const REPOSITORY = 'https://github.com/OWNER/bearer-worker'

export const BRANCH = 'main'
