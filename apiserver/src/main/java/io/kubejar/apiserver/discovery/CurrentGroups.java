package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.verbs.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The groups of what is served now. Made anew when that has changed.
public final class CurrentGroups implements Supplier<ServedGroups> {
  private record Made(long generation, ServedGroups groups) {}

  private final Resources resources;
  private final List<ResourceType<?>> others;
  private volatile @Nullable Made made;

  /// @param others what is served without being stored
  public CurrentGroups(Resources resources, List<ResourceType<?>> others) {
    this.resources = resources;
    this.others = List.copyOf(others);
  }

  @Override
  public ServedGroups get() {
    var served = resources.served();
    var known = made;
    if (known != null && known.generation == served.generation()) {
      return known.groups;
    }
    var types = new ArrayList<ResourceType<?>>(others);
    served.all().forEach(resource -> types.add(resource.type()));
    var groups = ServedGroups.of(types);
    made = new Made(served.generation(), groups); // Two at once make the same.
    return groups;
  }
}
