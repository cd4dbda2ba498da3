/// Reads configuration files of the API server: strictly, so that a misspelt word is an error and
/// not a default, and again when they change.
@NullMarked
package io.kubejar.apiserver.configfile;

import org.jspecify.annotations.NullMarked;
