/// Objects as rows for people: upstream's columns and cell texts, kind by kind.
@NullMarked
package io.kubejar.apiserver.table;

import org.jspecify.annotations.NullMarked;
