package io.kubejar.apimachinery;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One served resource: how it is called in paths and on the command line, and how its objects are
/// read and written.
///
/// @param listKind the kind of a list of these, such as `PodList`
public record ResourceType<T extends KubernetesObject>(
    GroupVersionKind gvk,
    String listKind,
    String plural,
    String singular,
    List<String> shortNames,
    List<String> categories,
    boolean namespaced,
    Set<String> verbs,
    List<Subresource> subresources,
    Class<T> type,
    Codec<T> codec) {

  public ResourceType {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    verbs = Set.copyOf(verbs);
    subresources = List.copyOf(subresources);
  }

  /// A resource whose lists are called after its kind.
  public ResourceType(
      GroupVersionKind gvk,
      String plural,
      String singular,
      List<String> shortNames,
      List<String> categories,
      boolean namespaced,
      Set<String> verbs,
      List<Subresource> subresources,
      Class<T> type,
      Codec<T> codec) {
    this(
        gvk,
        gvk.kind() + "List",
        plural,
        singular,
        shortNames,
        categories,
        namespaced,
        verbs,
        subresources,
        type,
        codec);
  }

  public GroupVersionResource gvr() {
    return new GroupVersionResource(gvk.group(), gvk.version(), plural);
  }

  public GroupResource groupResource() {
    return new GroupResource(gvk.group(), plural);
  }

  public boolean allows(String verb) {
    return verbs.contains(verb);
  }

  public Optional<Subresource> subresource(String name) {
    return subresources.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /// Two are the same resource if they answer under the same path with the same type.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResourceType<?> that
        && gvk.equals(that.gvk)
        && plural.equals(that.plural)
        && type == that.type;
  }

  @Override
  public int hashCode() {
    return gvk.hashCode() * 31 + plural.hashCode();
  }

  @Override
  public String toString() {
    return groupResource().toString();
  }
}
