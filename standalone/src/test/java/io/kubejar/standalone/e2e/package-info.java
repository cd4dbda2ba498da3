/// A newcomer's actions as tests: the real command line, the real kubectl, real containers.
@NullMarked
package io.kubejar.standalone.e2e;

import org.jspecify.annotations.NullMarked;
