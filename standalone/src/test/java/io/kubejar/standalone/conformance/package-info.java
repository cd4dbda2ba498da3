/// The entries of upstream's conformance list that need no node, each proven by one test against a
/// whole control plane over HTTPS. `docs/conformance.tsv` is the ledger; [LedgerTest] keeps ledger
/// and tests together.
@NullMarked
package io.kubejar.standalone.conformance;

import org.jspecify.annotations.NullMarked;
