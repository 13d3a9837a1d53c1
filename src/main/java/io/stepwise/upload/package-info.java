/**
 * Files that clients send, for whatever they are: zip archives and multipart bodies, their limits, and the names that
 * strangers give to files. What an upload is good for is decided elsewhere.
 *
 * <p>May import of ours: {@code repository.files} (digests). Outside libraries: commons-compress, commons-fileupload.
 */
@NullMarked
package io.stepwise.upload;

import org.jspecify.annotations.NullMarked;
