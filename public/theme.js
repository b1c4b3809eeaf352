// Before the first paint, so that a chosen theme never flickers; and again when another tab chooses. The switch hands it over to its other page.
const handedOver = new URLSearchParams(location.hash.slice(1)).get('theme')
if (handedOver === 'light' || handedOver === 'dark') localStorage.setItem('theme', handedOver)
function showTheme() {
  const chosen = localStorage.getItem('theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
}
showTheme()
addEventListener('storage', showTheme)
