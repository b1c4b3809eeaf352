import { cognito } from './cognito-server.ts'
import { test } from './fixtures.ts'

test('amazon-cognito-identity-js: the SDK keeps the tokens, the worker asks it', async ({
  account,
  hosts,
  runRecipe,
}) => {
  hosts.handlers.set('cognito-idp.eu-central-1.amazonaws.com', cognito(account))
  await runRecipe('sdks/amazon-cognito-identity-js', 'amazon-cognito-identity-js')
})
