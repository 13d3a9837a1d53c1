package io.stepwise.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A message that has been compared with its schema. What is wrong is kept, so that the rules that no schema can tell are
 * checked as well and the sender learns of all mistakes at once. A field that is wrong reads as one that is left out.
 */
public final class CheckedMessage {
    /** As many errors as a person reads; a message may have a hundred thousand. */
    static final int MOST_TOLD = 100;

    private final ObjectNode fields;
    private final MessageSchema schema;
    private final Set<String> given = new HashSet<>();
    private final Map<String, FieldError> errors = new LinkedHashMap<>();
    private final List<FieldError> unknown;

    CheckedMessage(ObjectNode message, MessageSchema schema, Mismatches mismatches) {
        this.fields = message;
        this.schema = schema;
        this.unknown = mismatches.unknown();
        message.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                given.add(field.getKey());
            }
        });
        mismatches.wrong().forEach(this::add);
        unknown.forEach(this::remove);
        schema.fillIn(fields);
    }

    /** The fields that are right, and the defaults of all others; may be added to. */
    public ObjectNode fields() {
        return fields;
    }

    /** Whether the sender gave the field, right or wrong. */
    public boolean has(String field) {
        return given.contains(field);
    }

    /** Whether nothing has been found wrong so far. */
    public boolean isRight() {
        return errors.isEmpty() && unknown.isEmpty();
    }

    /** Refuses a field for a reason that the schema doesn't know. */
    public void reject(FieldError error) {
        add(error);
    }

    /** Refuses a field that others have and this message has no use for. */
    public void mustBeLeftOut(String field, String reason) {
        if (has(field)) {
            add(FieldError.of(FieldError.pointer(field), fields.path(field), "left out: " + reason));
        }
    }

    /**
     * A part that is made of several fields.
     *
     * @param maker may throw {@link InvalidMessageException}
     * @return empty when the part can't be made; {@link #orThrow} says why
     */
    public <T> Optional<T> part(Supplier<T> maker) {
        try {
            return Optional.of(maker.get());
        } catch (InvalidMessageException e) {
            e.errors().forEach(this::add);
            return Optional.empty();
        }
    }

    /**
     * The fields as a record, whose own checks throw {@link InvalidMessageException}. A part that such a check refuses is
     * replaced by its default, so that the other checks are made, too.
     *
     * @return empty when the record can't be made; {@link #orThrow} says why
     */
    public <T> Optional<T> as(JsonMapper mapper, Class<T> type) {
        while (true) {
            try {
                return Optional.of(mapper.treeToValue(fields, type));
            } catch (JsonMappingException e) {
                if (!replaced(e)) {
                    return Optional.empty();
                }
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException("a tree can't be malformed", impossible);
            }
        }
    }

    /** Notes what is wrong with a part, and replaces it by its default; false when that helps nothing. */
    private boolean replaced(JsonMappingException e) {
        StringBuilder pointer = new StringBuilder();
        e.getPath()
                .forEach(part -> pointer.append(
                        part.getFieldName() == null ? "/" + part.getIndex() : FieldError.pointer(part.getFieldName())));
        String at = pointer.toString();
        int before = errors.size();
        if (e.getCause() instanceof InvalidMessageException invalid) {
            invalid.errors().forEach(error -> add(error.under(at)));
        } else {
            add(FieldError.of(at, fields.at(at), schema.allowed(at)));
        }
        schema.fillIn(fields);
        return !at.isEmpty() && errors.size() > before;
    }

    /** @throws InvalidMessageException if anything is wrong */
    public void orThrow() {
        if (!isRight()) {
            List<FieldError> first = Stream.concat(errors.values().stream(), unknown.stream())
                    .limit(MOST_TOLD)
                    .toList();
            throw new InvalidMessageException(first, errors.isEmpty());
        }
    }

    private void add(FieldError error) {
        errors.putIfAbsent(error.pointer(), error);
        remove(error);
    }

    private void remove(FieldError error) {
        if (!error.pointer().isEmpty()) {
            fields.remove(JsonPointer.compile(error.pointer()).getMatchingProperty());
        }
    }
}
