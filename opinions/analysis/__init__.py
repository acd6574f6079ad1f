"""Which opinions on one place say the same: pure, and the same in every run. Proposes; people decide elsewhere."""
