/// Tests of the extension, which run other test classes inside.
@NullMarked
package io.kubejar.junit;

import org.jspecify.annotations.NullMarked;
