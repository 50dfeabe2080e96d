"""Files in: readers, column mapping, plan dossiers, issue log, links between registers."""
