// Mails when the resource group comes near its monthly budget. Azure stops nothing by itself.
@description('Name of the budget.')
param name string

@description('Amount a month in the currency of the subscription.')
param amount int

@description('Who is mailed.')
param emails array

@description('First day of the first month, as yyyy-MM-01.')
param startDate string

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      spent80: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emails
      }
      forecast100: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
