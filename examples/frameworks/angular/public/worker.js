// Bearer Worker first: what it has answered, Angular's worker does not see.
importScripts('bearer-worker.sw.js', 'ngsw-worker.js')
