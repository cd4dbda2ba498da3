package io.kubejar.apimachinery.cel.type;

import com.google.errorprone.annotations.Immutable;
import dev.cel.common.types.CelType;
import java.util.Optional;

/// Finds types by name that no variable has, such as those that expressions can make.
@Immutable
public interface TypeLookup {
  TypeLookup NOTHING = _ -> Optional.empty();

  Optional<CelType> find(String name);
}
