package io.kubejar.apiserver.request;

import io.kubejar.apiserver.authn.UserInfo;

/// Who wants a change, and how: what every stage behind the decoder needs to know of a request.
///
/// @param fieldManager under which name the changed fields are recorded; empty derives it from the
///   agent
/// @param userAgent the program that asks, for want of a field manager
/// @param dryRun whether to do everything but store it
/// @param patient whether the caller's thread may wait a moment for others; never true on the one
///   thread of a simulation
/// @param warnings takes what the client should hear
/// @param fieldValidation what the client said about unknown fields, such as `Strict`; empty if
///   nothing
/// @param annotations takes what the audit log should tell
/// @param version the `apiVersion` that the request is made in; empty if it is the stored one
/// @param verb such as `patch`; empty for what the server itself does
/// @param deadline when it must be over
public record Call(
    UserInfo user,
    String fieldManager,
    String userAgent,
    boolean dryRun,
    boolean patient,
    Warnings warnings,
    String fieldValidation,
    AuditAnnotations annotations,
    String version,
    String verb,
    Deadline deadline) {

  public Call(
      UserInfo user,
      String fieldManager,
      String userAgent,
      boolean dryRun,
      boolean patient,
      Warnings warnings) {
    this(
        user,
        fieldManager,
        userAgent,
        dryRun,
        patient,
        warnings,
        "",
        new AuditAnnotations(),
        "",
        "",
        Deadline.NONE);
  }

  public static Call by(UserInfo user, String fieldManager) {
    return new Call(user, fieldManager, fieldManager, false, false, new Warnings());
  }

  public Call withDryRun(boolean wanted) {
    return new Call(
        user,
        fieldManager,
        userAgent,
        wanted,
        patient,
        warnings,
        fieldValidation,
        annotations,
        version,
        verb,
        deadline);
  }

  public Call withFieldManager(String manager) {
    return new Call(
        user,
        manager,
        userAgent,
        dryRun,
        patient,
        warnings,
        fieldValidation,
        annotations,
        version,
        verb,
        deadline);
  }

  public Call withFieldValidation(String validation) {
    return new Call(
        user,
        fieldManager,
        userAgent,
        dryRun,
        patient,
        warnings,
        validation,
        annotations,
        version,
        verb,
        deadline);
  }

  /// The same request, made in another version than the stored one.
  public Call in(String apiVersion) {
    return new Call(
        user,
        fieldManager,
        userAgent,
        dryRun,
        patient,
        warnings,
        fieldValidation,
        annotations,
        apiVersion,
        verb,
        deadline);
  }

  /// The name under which changes are recorded.
  public String manager() {
    if (!fieldManager.isEmpty()) {
      return fieldManager;
    }
    int slash = userAgent.indexOf('/');
    var program = slash < 0 ? userAgent : userAgent.substring(0, slash);
    return program.isEmpty() ? "unknown" : program;
  }
}
