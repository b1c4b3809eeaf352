// Before the first paint, so that a chosen theme never flickers; and again when another tab chooses.
function showTheme() {
  const chosen = localStorage.getItem('theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
}
showTheme()
addEventListener('storage', showTheme)
