package io.kubejar.client;

/// A change to an object, as JSON text.
///
/// @param subresource which part it goes to, such as `status`; empty for the object itself
/// @param fieldManager who is named in managedFields; empty for the default of the client
/// @param force whether an apply takes fields over from others
public record Patch(
    Type type, String json, String subresource, String fieldManager, boolean force) {

  /// The four ways to describe a change.
  public enum Type {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    Type(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }
  }

  public static Patch json(String operations) {
    return new Patch(Type.JSON, operations, "", "", false);
  }

  public static Patch merge(String json) {
    return new Patch(Type.MERGE, json, "", "", false);
  }

  public static Patch strategic(String json) {
    return new Patch(Type.STRATEGIC, json, "", "", false);
  }

  public static Patch apply(String json, String fieldManager, boolean force) {
    return new Patch(Type.APPLY, json, "", fieldManager, force);
  }

  public Patch ofSubresource(String subresource) {
    return new Patch(type, json, subresource, fieldManager, force);
  }
}
